"""Who works in the demo store."""

from __future__ import annotations

from typing import NamedTuple


class Seat(NamedTuple):
    """A person and their position. `moves_to`: the department they change to half-way through the year (R2)."""

    department: str
    role: str
    username: str
    zh_hans: str
    en: str
    moves_to: str = ""
    is_store_admin: bool = False


#: How strictly a person judges, by user name: the chance of "not good" is multiplied by this. Others: 1.
SEVERITY = {"service-workshop": 1.6, "finance": 1.3, "crm": 0.7, "hr": 0.6, "liu.yang": 1.5}

SEATS = (
    Seat("gm-office", "manager", "gm", "周建国", "Zhou Jianguo"),
    Seat("gm-office", "member", "admin", "方敏", "Fang Min", is_store_admin=True),
    Seat("sales", "manager", "sales", "陈志强", "Chen Zhiqiang"),
    Seat("sales", "member", "liu.yang", "刘洋", "Liu Yang"),
    Seat("sales", "member", "huang.jie", "黄婕", "Huang Jie"),
    Seat("sales", "member", "sun.yue", "孙悦", "Sun Yue", moves_to="crm"),
    Seat("service", "manager", "service", "王海涛", "Wang Haitao"),
    Seat("service", "deputy", "zhao.lei", "赵磊", "Zhao Lei"),
    Seat("service-reception", "manager", "service-reception", "林晓燕", "Lin Xiaoyan"),
    Seat("service-reception", "member", "he.jing", "何静", "He Jing"),
    Seat("service-reception", "member", "xu.ming", "徐明", "Xu Ming"),
    Seat("service-workshop", "manager", "service-workshop", "马国栋", "Ma Guodong"),
    Seat("service-workshop", "member", "guo.qiang", "郭强", "Guo Qiang"),
    Seat("service-workshop", "member", "deng.chao", "邓超群", "Deng Chaoqun"),
    Seat("service-workshop", "member", "luo.wei", "罗威", "Luo Wei"),
    Seat("service-parts-counter", "manager", "service-parts-counter", "谢芳", "Xie Fang"),
    Seat("service-parts-counter", "member", "tang.bo", "唐波", "Tang Bo"),
    Seat("service-claims", "manager", "service-claims", "曹文静", "Cao Wenjing"),
    Seat("parts", "manager", "parts", "吴立新", "Wu Lixin"),
    Seat("parts", "member", "pan.hong", "潘红", "Pan Hong"),
    Seat("accessories", "manager", "accessories", "郑凯", "Zheng Kai"),
    Seat("accessories", "member", "yuan.lin", "袁琳", "Yuan Lin"),
    Seat("crm", "manager", "crm", "沈佳怡", "Shen Jiayi"),
    Seat("crm", "member", "jiang.nan", "江楠", "Jiang Nan"),
    Seat("finance", "manager", "finance", "李秀兰", "Li Xiulan"),
    Seat("finance", "member", "han.xue", "韩雪", "Han Xue"),
    Seat("finance", "member", "feng.tao", "冯涛", "Feng Tao"),
    Seat("hr", "manager", "hr", "胡雅琴", "Hu Yaqin"),
    Seat("administration", "manager", "administration", "朱慧", "Zhu Hui"),
    Seat("logistics", "manager", "logistics", "高峰", "Gao Feng"),
)
